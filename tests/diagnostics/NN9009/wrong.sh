echo '{ "version": 2 }' > topology.lock.json
nix-nos render topology.yaml
