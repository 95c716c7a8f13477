# Stands in until @HOST@ writes its own:
#   nixos-generate-config --show-hardware-config > hosts/@HOST@/hardware-configuration.nix
{
  fileSystems."/" = {
    device = "/dev/disk/by-label/nixos";
    fsType = "ext4";
  };
}
