sed -i 's/.u0000/lab/' topology.json
nix-nos convert topology.json topology.nix
