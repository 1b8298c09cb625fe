"""How the models were made: synthetic plates and scenes, networks, training, export."""
