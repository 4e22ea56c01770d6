"""Two chat platforms that need no token: the page in a browser and the console with its socket."""
