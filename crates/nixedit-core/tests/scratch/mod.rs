// A flake of two hosts in a folder of its own, for the examples of the manual.

/// Two hosts with a package list each, in a repository.
pub fn flake() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let host = |name: &str| format!("nixosConfigurations.{name} = nixpkgs.lib.nixosSystem {{ modules = [ ./hosts/{name}.nix ]; }};");
    let outputs = format!("{}\n    {}", host("nxiz"), host("zrrh"));
    let address = "inputs.nixpkgs.url = \"github:NixOS/nixpkgs/nixos-unstable\";";
    let flake = format!("{{\n  {address}\n  outputs = {{ nixpkgs, ... }}: {{\n    {outputs}\n  }};\n}}\n");
    let module = "{ pkgs, ... }:\n{\n  environment.systemPackages = with pkgs; [\n    curl\n    git\n  ];\n}\n";
    std::fs::create_dir(folder.path().join("hosts")).expect("a folder");
    for (file, text) in [("flake.nix", flake.as_str()), ("hosts/nxiz.nix", module), ("hosts/zrrh.nix", module)] {
        std::fs::write(folder.path().join(file), text).expect("a file");
    }
    let git = std::process::Command::new("git").args(["init", "-q"]).current_dir(&folder).status();
    assert!(git.is_ok_and(|status| status.success()), "git init");
    folder
}
