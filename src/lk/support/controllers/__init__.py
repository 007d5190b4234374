"""The desk: who it is, what the cabinet shows, what is done on the resident's word."""
