"""Watching over the process: requests and ticks as lines and figures, queues and steps as figures, `/metrics`."""
