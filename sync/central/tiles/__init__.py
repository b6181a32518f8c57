"""The base map: raster tiles in one MBTiles file of the store, imported, fetched or asked for."""
