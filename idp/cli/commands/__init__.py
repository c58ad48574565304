"""What each command is called and takes. Only words and types: the work is elsewhere, imported when it is done."""
