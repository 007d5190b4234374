"""Pages of questions: the form for everybody, the asker's thread, the desk's queue."""
