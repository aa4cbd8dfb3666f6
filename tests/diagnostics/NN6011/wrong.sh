nix-nos import openwrt router
