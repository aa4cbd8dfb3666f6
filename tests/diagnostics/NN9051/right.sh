nix-nos render topology.yaml      # with the last good answer
