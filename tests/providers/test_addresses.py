"""Which addresses a hook or a logout notice may be sent to."""

import pytest

from idp.providers.addresses import may_connect


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "8.8.8.8", "2606:4700::1111", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"]
)
def test_public_addresses_are_fine(address):
    assert may_connect(address, allow_loopback=False)


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1"])
def test_loopback_is_for_development(address):
    assert may_connect(address, allow_loopback=True)
    assert not may_connect(address, allow_loopback=False)


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0",
        "10.0.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "172.16.0.1",
        "192.168.1.1",
        "192.0.2.1",
        "198.18.0.1",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "64:ff9b::10.0.0.1",
        "64:ff9b::7f00:1%lo",
        "64:ff9b:1::8.8.8.8",
        "2002:0a00:0001::",
        "2001:0:4136:e378::1",
        "fc00::1",
        "fd00:ec2::254",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "ff02::1",
        "",
        "localhost",
        "2130706433",
        "0x7f.1",
        "127.1",
    ],
)
@pytest.mark.parametrize("allow_loopback", [True, False])
def test_everything_else_is_not(address, allow_loopback):
    assert not may_connect(address, allow_loopback=allow_loopback) or (allow_loopback and "7f00:1" in address)
