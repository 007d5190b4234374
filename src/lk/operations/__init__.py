"""Files in and out: imports that refuse whole files, exports that stream."""
