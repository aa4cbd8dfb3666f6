"""Milliseconds of processor time that netjsonconfig needs for one device like those of devices.mjs, of as many as are
asked for. Firewall and DHCP are left out: it has no words for them. Exits with 3 where netjsonconfig is not installed."""

import sys
import time

try:
    from netjsonconfig import OpenWrt
except ImportError as error:
    print(error, file=sys.stderr)
    sys.exit(3)


def static(address, mask):
    return {"proto": "static", "family": "ipv4", "address": address, "mask": mask}


def trunk(vlan):
    return {"vlan": vlan, "ports": [{"ifname": "lan3", "tagging": "t", "primary_vid": False}]}


def device(index):
    own = f"10.{index // 250}.{index % 250}"
    tunnel = f"10.200.{index // 250}.{index % 250}"
    return {
        "general": {"hostname": f"router{index}", "timezone": "Europe/Zurich"},
        "interfaces": [
            {"name": "wan", "type": "ethernet", "addresses": [{"proto": "dhcp", "family": "ipv4"}]},
            {
                "name": "br-lan",
                "type": "bridge",
                "bridge_members": ["lan1", "lan2", "lan3"],
                "vlan_filtering": [trunk(20), trunk(30)],
                "addresses": [static(f"{own}.1", 26)],
            },
            {"name": "br-lan", "vid": 20, "type": "8021q", "addresses": [static(f"{own}.65", 26)]},
            {"name": "br-lan", "vid": 30, "type": "8021q", "addresses": [static(f"{own}.129", 26)]},
            {
                "name": "wg0",
                "type": "wireguard",
                "private_key": "dGhpcyBpcyBub3QgYSByZWFsIGtleSBhdCBhbGwhIQA=",
                "port": 51820,
                "addresses": [static(tunnel, 32)],
            },
            {
                "name": "wlan0",
                "type": "wireless",
                "wireless": {
                    "radio": "radio1",
                    "mode": "access_point",
                    "ssid": "home",
                    "network": ["br_lan"],
                    "encryption": {"protocol": "wpa2_personal", "cipher": "auto", "key": "not a secret"},
                },
            },
            {
                "name": "wlan1",
                "type": "wireless",
                "wireless": {
                    "radio": "radio0",
                    "mode": "access_point",
                    "ssid": "guests",
                    "network": ["guest"],
                    "isolate": True,
                },
            },
        ],
        "radios": [
            {
                "name": "radio0",
                "phy": "phy0",
                "driver": "mac80211",
                "protocol": "802.11n",
                "channel": 6,
                "channel_width": 20,
                "country": "CH",
            },
            {
                "name": "radio1",
                "phy": "phy1",
                "driver": "mac80211",
                "protocol": "802.11ac",
                "channel": 36,
                "channel_width": 80,
                "country": "CH",
            },
        ],
        "wireguard_peers": [
            {
                "interface": "wg0",
                "public_key": "dGhpcyBpcyBub3QgYSByZWFsIGtleSBhdCBhbGwhIQA=",
                "allowed_ips": ["10.200.0.0/16"],
                "endpoint_host": "hub.bench.example",
                "endpoint_port": 51820,
                "persistent_keepalive": 25,
            }
        ],
        "routes": [
            {"device": "iot", "destination": "10.250.0.0/16", "next": f"{own}.130", "cost": 0},
            {"device": "iot", "destination": "10.251.0.0/16", "next": f"{own}.131", "cost": 10},
        ],
    }


count = int(sys.argv[1])
start = time.process_time()
for index in range(count):
    OpenWrt(device(index)).render()
print((time.process_time() - start) / count * 1000)
