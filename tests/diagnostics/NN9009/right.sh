rm topology.lock.json      # or: git checkout topology.lock.json
nix-nos render topology.yaml
