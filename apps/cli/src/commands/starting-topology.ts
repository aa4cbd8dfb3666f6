/** What `init` writes: small enough to read in a minute, and every line of it works. */
export const startingTopology = `# yaml-language-server: $schema=./topology.schema.json
#
# A topology describes machines, their addresses and who speaks BGP with whom. Every file that the machines need is
# rendered from it. This one has three machines in one network; make it yours, and ask as often as you like:
#
#   nix-nos validate topology.yaml               every mistake at once, each with its place
#   nix-nos render topology.yaml --out out       writes the files of each node to out/nodes/<node>/
#   nix-nos diff topology.yaml --out out         what your next edit would change
#
# After an update of nix-nos, \`nix-nos schema > topology.schema.json\` teaches the editor the new keys.

nix-nos:
  name: example # of the whole topology

  clusters: # nodes that belong together; the names are yours
    main:
      # What holds for each node that does not say otherwise. "auto" takes an address from the pool "loopbacks" below;
      # topology.lock.json remembers which, so that it never changes. Keep that file in version control.
      defaults: { loopback: auto }

      nodes: # by host name
        node01:
          role: control-plane
          ip: 10.0.1.10 # by which the other nodes reach it
          services: [chainfire] # what runs here; ChainFire keeps the cluster's state
          interfaces:
            eth0: { addresses: [10.0.1.10/24], gateway: 10.0.1.1 }
        node02:
          role: control-plane
          ip: 10.0.1.11
          services: [chainfire]
          interfaces:
            eth0: { addresses: [10.0.1.11/24], gateway: 10.0.1.1 }
        node03:
          role: worker
          ip: 10.0.1.12
          services: [chainfire, fiberlb] # of three members that agree, one may fail
          interfaces:
            eth0: { addresses: [10.0.1.12/24], gateway: 10.0.1.1 }

  network:
    pools: # where addresses come from that you do not want to count yourself
      loopbacks: { prefixes: [10.255.0.0/24] }

    bgp: # sessions are computed from this, and never written
      autonomousSystems:
        "65000": # a private AS number (RFC 6996), in quotes
          members: [node01, node02, node03]
          ibgp: { strategy: route-reflector, reflectors: [node01] }

      vipAdvertisements: # addresses that move with a service
        fiberlb: # announced by the nodes that run the service of this name
          vips: [10.0.100.1]
          communities: ["65000:100"]

# What the layers above the network add.
services:
  fiberlb:
    bgp: { enable: true } # FiberLB announces its addresses while it is healthy
`;
