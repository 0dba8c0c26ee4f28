"""Files that run on the inner side of the sandbox's wall; the host never imports them."""
