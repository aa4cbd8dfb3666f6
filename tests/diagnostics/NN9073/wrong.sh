nix-nos certs topology.yaml
sed s/acme/globex/ topology.yaml > other.yaml
nix-nos certs other.yaml
