"""The sums of the core, run on the machines of a Dask cluster: ``pip install 'canut[scale]'``."""
