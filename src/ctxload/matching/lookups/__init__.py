"""Keywords in normal form → what is looked up in them. Each step goes over the rows once, for indexes of any size."""
