echo '<<<<<<< main' > topology.lock.json
nix-nos render topology.yaml
