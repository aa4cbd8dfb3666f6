printf %s '{ "listen": { "host": "127.0.0.1", "port": 0 } }' > config.json
timeout 120 nix-nos-deployer --config config.json > log 2> said & echo $! > pid
timeout 60 sh -c 'until grep -q once: said; do sleep 0.1; done'
sed -n 's/.*answers at \(.*\)/{ "server": "\1",/p; s/.*once:  \(.*\)/"authorityFile": "deployer-data\/ca.crt", "token": "\1" }/p' said > deployer.json
nix-nos deploy iso --node node01 --server https://deployer.example:7443
kill "$(cat pid)"
