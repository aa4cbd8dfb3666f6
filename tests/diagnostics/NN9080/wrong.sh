nix-nos deploy nodes
