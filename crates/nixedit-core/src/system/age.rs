//! Encryption to age recipients. Nothing is ever decrypted here, and no plaintext leaves this file.

use crate::diagnostic::{Code, Diagnostic, Result};

/// `plaintext` encrypted to every one of `recipients` (`ssh-ed25519 …`, `ssh-rsa …` or `age1…`), as
/// text where `armored`. Fails with `secret.recipient-unknown` on a key that age cannot encrypt to.
#[cfg(feature = "age")]
pub fn encrypt(recipients: &[String], plaintext: &[u8], armored: bool) -> Result<Vec<u8>> {
    use std::io::Write;
    let keys: Vec<Box<dyn age::Recipient>> = recipients.iter().map(|text| recipient(text)).collect::<Result<_>>()?;
    let failed = |error: &dyn std::fmt::Display| Diagnostic::new(Code::EnvNoAge, format!("the secret could not be encrypted: {error}"));
    let encryptor = age::Encryptor::with_recipients(keys.iter().map(|key| &**key)).map_err(|error| failed(&error))?;
    let format = if armored { age::armor::Format::AsciiArmor } else { age::armor::Format::Binary };
    let mut out = Vec::new();
    let write = || -> std::io::Result<()> {
        let armor = age::armor::ArmoredWriter::wrap_output(&mut out, format)?;
        let mut stream = encryptor.wrap_output(armor)?;
        stream.write_all(plaintext)?;
        stream.finish()?.finish()?;
        Ok(())
    };
    write().map_err(|error| failed(&error))?;
    Ok(out)
}

#[cfg(feature = "age")]
fn recipient(text: &str) -> Result<Box<dyn age::Recipient>> {
    let text = text.trim();
    let native = text.parse::<age::x25519::Recipient>();
    if let Ok(key) = native {
        return Ok(Box::new(key));
    }
    match text.parse::<age::ssh::Recipient>() {
        Ok(key) => Ok(Box::new(key)),
        Err(why) => {
            let shown: String = text.chars().take(40).collect();
            Err(Diagnostic::new(Code::SecretRecipientUnknown, format!("age cannot encrypt to '{shown}…': {why:?}"))
                .help("age takes ssh-ed25519, ssh-rsa (2048 bits and more) and age1 keys"))
        }
    }
}

/// Built without the feature `age`: always fails.
#[cfg(not(feature = "age"))]
pub fn encrypt(_recipients: &[String], _plaintext: &[u8], _armored: bool) -> Result<Vec<u8>> {
    Err(Diagnostic::new(Code::EnvNoAge, "this nixedit was built without age: it cannot encrypt")
        .help("add the secret without a value, then write it with agenix -e"))
}

#[cfg(all(test, feature = "age"))]
mod tests {
    use super::*;

    const ED25519: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEK7QEY/LgvysI5wH/9Kbden8krKYi9AQ+FAY093kB/P";

    #[test]
    fn the_form_is_as_asked_and_the_text_is_not_in_it() {
        let binary = encrypt(&[ED25519.to_owned()], b"a secret of some length", false).unwrap();
        let armored = encrypt(&[ED25519.to_owned()], b"a secret of some length", true).unwrap();
        assert!(binary.starts_with(b"age-encryption.org/v1\n") && armored.starts_with(b"-----BEGIN AGE ENCRYPTED FILE-----\n"));
        assert!(!binary.windows(8).any(|window| window == b"a secret"));
    }

    #[test]
    fn keys_that_age_does_not_take_are_refused() {
        for key in ["", "nonsense", "ssh-ed25519 AAA", "ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTY=", "age1nonsense"] {
            let error = encrypt(&[key.to_owned()], b"x", false).unwrap_err();
            assert_eq!(error.code, Code::SecretRecipientUnknown, "{key}");
        }
        assert!(encrypt(&[], b"x", false).is_err());
    }
}
