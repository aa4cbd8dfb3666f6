mkdir tools
printf '#!/old/interpreter\n' > tools/nix-instantiate
chmod +x tools/nix-instantiate
PATH=$PWD/tools nix-nos validate topology.nix
