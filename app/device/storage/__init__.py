"""Where the field app keeps its database and photos: a folder, or the browser's own storage."""
