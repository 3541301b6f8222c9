"""Label inference on a Dask cluster: ``pip install 'canut[scale]'``."""
