"""What must hold whatever happens, looked for in the stored data: one file for each invariant or two."""
