nix-nos lab down topology.yaml --name my-lab
