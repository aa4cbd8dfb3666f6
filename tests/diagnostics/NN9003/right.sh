nix-nos render topology.yaml      # writes topology.lock.json: look at it, and commit it
nix-nos render topology.yaml --frozen-lockfile
