# What NixOS checks in a section of a networkd unit (nixos/modules/system/boot/networkd.nix of 25.05 and later): of the
# keys that the nodes' modules set, what each may be. Any other key is an error, where NixOS knows more of them.
lib:
let
  inherit (lib.types)
    enum
    int
    ints
    strMatching
    unitOption
    ;
  section = lib.types.section;
  words = [
    true
    false
    "yes"
    "no"
  ];
  flag = enum words;
  flagOr = others: enum (words ++ others);
  # `assertByteFormat`
  bytes = lib.types.either int (strMatching "[0-9]+[KMGT]?");
  mac = strMatching "([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}";
  unsigned32 = ints.between 0 4294967295;
  vlanId = ints.between 0 4094;
in
{
  daemon.Network = section [ ] { ManageForeignRoutes = flag; };

  link = {
    Match = section [ ] { PermanentMACAddress = unitOption; };
    Link = section [ ] {
      Name = unitOption;
      AlternativeNamesPolicy = unitOption;
    };
  };

  netdev = {
    NetDev = section [ "Name" "Kind" ] {
      Name = unitOption;
      Kind = enum [
        "bond"
        "bridge"
        "dummy"
        "vlan"
        "vrf"
        "vxlan"
        "wireguard"
      ];
      MTUBytes = bytes;
      MACAddress = lib.types.either mac (enum [ "none" ]);
    };
    VLAN = section [ ] { Id = vlanId; };
    VRF = section [ ] { Table = ints.unsigned; };
    Bond = section [ ] {
      Mode = enum [
        "balance-rr"
        "active-backup"
        "balance-xor"
        "broadcast"
        "802.3ad"
        "balance-tlb"
        "balance-alb"
      ];
      TransmitHashPolicy = enum [
        "layer2"
        "layer3+4"
        "layer2+3"
        "encap2+3"
        "encap3+4"
      ];
      LACPTransmitRate = enum [
        "slow"
        "fast"
      ];
      AdSelect = enum [
        "stable"
        "bandwidth"
        "count"
      ];
      FailOverMACPolicy = enum [
        "none"
        "active"
        "follow"
      ];
      PrimaryReselectPolicy = enum [
        "always"
        "better"
        "failure"
      ];
      MIIMonitorSec = unitOption;
      UpDelaySec = unitOption;
      DownDelaySec = unitOption;
      ARPIntervalSec = unitOption;
      ARPIPTargets = unitOption;
      ARPMissedMax = ints.unsigned;
      MinLinks = ints.unsigned;
      GratuitousARP = ints.between 0 255;
      PacketsPerSlave = ints.between 0 65535;
    };
    Bridge = section [ ] {
      HelloTimeSec = int;
      MaxAgeSec = int;
      ForwardDelaySec = int;
      AgeingTimeSec = int;
      Priority = ints.between 0 65535;
      DefaultPVID = lib.types.either vlanId (enum [ "none" ]);
      MulticastQuerier = flag;
      MulticastSnooping = flag;
      VLANFiltering = flag;
      STP = flag;
    };
    VXLAN = section [ ] {
      VNI = ints.between 1 16777215;
      Remote = unitOption;
      Local = unitOption;
      Group = unitOption;
      DestinationPort = unitOption;
      Independent = flag;
    };
    WireGuard = section [ ] {
      PrivateKeyFile = unitOption;
      ListenPort = unitOption;
      RouteTable = unitOption;
    };
    WireGuardPeer = section [ ] {
      PublicKey = unitOption;
      PresharedKeyFile = unitOption;
      AllowedIPs = unitOption;
      Endpoint = unitOption;
      PersistentKeepalive = ints.between 0 65535;
    };
  };

  network = {
    Match = section [ ] {
      Name = unitOption;
      PermanentMACAddress = unitOption;
    };
    Link = section [ ] {
      MACAddress = mac;
      MTUBytes = bytes;
      RequiredForOnline = flagOr [
        "missing"
        "off"
        "no-carrier"
        "dormant"
        "degraded-carrier"
        "carrier"
        "degraded"
        "enslaved"
        "routable"
      ];
    };
    Network = section [ ] {
      DHCP = flagOr [
        "ipv4"
        "ipv6"
      ];
      LinkLocalAddressing = flagOr [
        "ipv4"
        "ipv6"
      ];
      IPv6AcceptRA = flag;
      IPv6SendRA = flag;
      # `IPForward`, which they are the parts of, is refused.
      IPv4Forwarding = flag;
      IPv6Forwarding = flag;
      ConfigureWithoutCarrier = flag;
      PrimarySlave = flag;
    };
    Route = section [ ] {
      Destination = unitOption;
      Gateway = unitOption;
      GatewayOnLink = flag;
      PreferredSource = unitOption;
      Metric = int;
      Table = unitOption;
      Type = enum [
        "blackhole"
        "prohibit"
        "throw"
        "unreachable"
      ];
      MTUBytes = bytes;
    };
    RoutingPolicyRule = section [ ] {
      From = unitOption;
      To = unitOption;
      IncomingInterface = unitOption;
      FirewallMark = ints.between 1 4294967295;
      Family = enum [
        "ipv4"
        "ipv6"
        "both"
      ];
      InvertRule = flag;
      Priority = int;
      Table = unitOption;
      SuppressPrefixLength = ints.between 0 128;
      Type = enum [
        "blackhole"
        "prohibit"
        "unreachable"
      ];
    };
    DHCPv4 = section [ ] {
      ClientIdentifier = enum [
        "mac"
        "duid"
      ];
      SendHostname = flag;
      UseHostname = flag;
      UseDNS = flag;
      UseNTP = flag;
      UseDomains = flagOr [ "route" ];
      UseMTU = flag;
      UseRoutes = flag;
      UseGateway = flag;
      RouteMetric = unsigned32;
      RouteTable = unitOption;
    };
    DHCPv6 = section [ ] {
      WithoutRA = enum [
        "no"
        "solicit"
        "information-request"
      ];
      UseHostname = flag;
      UseDNS = flag;
      UseNTP = flag;
      UseDomains = flagOr [ "route" ];
    };
    IPv6AcceptRA = section [ ] {
      UseDNS = flag;
      UseDomains = flagOr [ "route" ];
      UseGateway = flag;
      UseAutonomousPrefix = flag;
      UseMTU = flag;
      RouteMetric = unsigned32;
      RouteTable = unsigned32;
    };
    IPv6SendRA = section [ ] {
      RouterLifetimeSec = unitOption;
      RouterPreference = enum [
        "high"
        "medium"
        "low"
        "normal"
        "default"
      ];
      Managed = flag;
      OtherInformation = flag;
      EmitDNS = flag;
      DNS = unitOption;
      EmitDomains = flag;
      Domains = unitOption;
    };
    IPv6Prefix = section [ ] { Prefix = unitOption; };
    IPv6RoutePrefix = section [ "Route" ] { Route = unitOption; };
    Bridge = section [ ] {
      Cost = ints.between 1 65535;
      Priority = ints.between 0 63;
      Isolated = flag;
      Learning = flag;
      HairPin = flag;
    };
    BridgeVLAN = section [ ] {
      VLAN = unitOption;
      EgressUntagged = unitOption;
      PVID = vlanId;
    };
    BridgeFDB = section [ "MACAddress" ] {
      MACAddress = unitOption;
      Destination = unitOption;
    };
  };
}
