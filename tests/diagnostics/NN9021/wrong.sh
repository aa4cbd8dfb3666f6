nix-nos lab down topology.yaml --name My_Lab
