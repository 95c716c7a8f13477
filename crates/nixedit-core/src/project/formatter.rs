//! The formatter that a flake names for itself: `formatter.<system>` in flake.nix.

use crate::project::Project;
use crate::project::flake::FLAKE;
use crate::settings::Formatter;
use crate::syntax::attr_path::name_of;
use crate::syntax::{SyntaxKind, SyntaxNode};
use rnix::ast::{Attr, AttrpathValue};
use rowan::ast::AstNode;

impl Project {
    /// The formatter that flake.nix names, wherever in it `formatter` is bound (an output, `perSystem`
    /// of flake-parts): the one known package among the names in its value. `None` without a flake,
    /// without such a binding, and where the value names several or none (a script around treefmt).
    pub fn formatter(&self) -> Option<Formatter> {
        let bytes = self.bytes(FLAKE).ok().flatten()?;
        if !std::str::from_utf8(&bytes).is_ok_and(|text| text.contains("formatter")) {
            return None;
        }
        let source = self.source(FLAKE).ok()?;
        let bindings = source.root.descendants().filter_map(AttrpathValue::cast);
        bindings.filter(is_formatter).find_map(|binding| named_in(binding.value()?.syntax()))
    }
}

/// `formatter = …`, `formatter.${system} = …`, `perSystem.formatter = …`.
fn is_formatter(binding: &AttrpathValue) -> bool {
    let names: Vec<String> = binding.attrpath().map(|path| path.attrs().map(|attr| name_of(&attr)).collect()).unwrap_or_default();
    match names.as_slice() {
        [name] | [name, _] if name == "formatter" => true,
        [_, name] => name == "formatter",
        _ => false,
    }
}

fn named_in(value: &SyntaxNode) -> Option<Formatter> {
    let names = value.descendants().filter(|node| matches!(node.kind(), SyntaxKind::NODE_IDENT | SyntaxKind::NODE_STRING));
    let mut found = names.filter_map(Attr::cast).filter_map(|attr| Formatter::of_package(&name_of(&attr)));
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    fn formatter(outputs: &str) -> Option<Formatter> {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FLAKE), format!("{{ outputs = inputs@{{ nixpkgs, ... }}: {outputs}; }}")).unwrap();
        Project::new(folder.path(), Settings::default()).formatter()
    }

    #[test]
    fn every_way_to_name_it() {
        use Formatter::*;
        for (outputs, expected) in [
            ("{ formatter.x86_64-linux = nixpkgs.legacyPackages.x86_64-linux.nixfmt; }", Some(Nixfmt)),
            ("{ formatter.${system} = pkgs.nixfmt-rfc-style; }", Some(Nixfmt)),
            ("{ formatter = forAll (system: nixpkgs.legacyPackages.${system}.nixpkgs-fmt); }", Some(NixpkgsFmt)),
            ("{ formatter = eachSystem (pkgs: pkgs.nixfmt-tree); }", Some(Nixfmt)),
            ("{ formatter = { a = pkgs.alejandra; b = pkgs.alejandra; }; }", Some(Alejandra)),
            ("mk { perSystem = { pkgs, ... }: { formatter = pkgs.alejandra; }; }", Some(Alejandra)),
            ("{ formatter.a = inputs.alejandra.defaultPackage.a; }", Some(Alejandra)),
            ("{ formatter.a = pkgs.\"nixpkgs-fmt\"; }", Some(NixpkgsFmt)),
            ("{ formatter.a = pkgs.writeShellScriptBin \"fmt\" ''${pkgs.nixfmt}/bin/nixfmt; ${pkgs.alejandra}'' ; }", None),
            ("{ formatter.a = treefmt.wrapper; }", None),
            ("{ formatter.a = pkgs.nixfmt-classic; }", None),
            ("{ packages.a = pkgs.nixfmt; }", None),
        ] {
            assert_eq!(formatter(outputs), expected, "{outputs}");
        }
    }
}
