package dpop

import (
	"encoding/pem"
	"errors"
	"strings"
	"unicode/utf8"
)

// onePEM returns the one PEM block of a text. The parameters of a curve, which
// openssl ecparam -genkey writes before the key, are no other key.
func onePEM(text []byte) (*pem.Block, error) {
	var blocks []*pem.Block
	rest := text
	for range 16 {
		block, behind := pem.Decode(rest)
		if block == nil {
			break
		}
		rest = behind
		if block.Type != "EC PARAMETERS" {
			blocks = append(blocks, block)
		} else if strings.TrimSpace(string(rest)) == "" && len(blocks) == 0 {
			return nil, errors.New("the PEM block EC PARAMETERS names a curve and holds no key; " +
				"openssl ecparam needs -genkey")
		}
	}
	switch {
	case len(blocks) == 0:
		return nil, errors.New("no PEM block found; " +
			"expected -----BEGIN … KEY----- and its end line on lines of their own" + formHint(text))
	case len(blocks) > 1, strings.TrimSpace(string(rest)) != "":
		return nil, errors.New("more than one PEM block or text behind it; give one key alone")
	}
	block := blocks[0]
	switch {
	case block.Type == "ENCRYPTED PRIVATE KEY", strings.Contains(block.Headers["Proc-Type"], "ENCRYPTED"):
		return nil, errors.New("the private key is encrypted; decrypt it first (openssl pkey -in FILE -out PLAIN-FILE)")
	case block.Type == "OPENSSH PRIVATE KEY":
		return nil, errors.New("this is a private key in the format of OpenSSH; " +
			"rewrite a copy of it as PKCS#8 (ssh-keygen -p -m PKCS8 -f COPY)")
	}
	return block, nil
}

// formHint names the form that was found in the place of PEM, where it can be told.
func formHint(text []byte) string {
	s := strings.TrimSpace(string(text))
	switch {
	case strings.HasPrefix(s, "ssh-"), strings.HasPrefix(s, "ecdsa-sha2-"), strings.HasPrefix(s, "---- BEGIN SSH2"):
		return "; this is a key in a format of SSH: ssh-keygen -e -m PKCS8 -f FILE writes PEM"
	case strings.HasPrefix(s, "PuTTY-"):
		return "; this is a key in the format of PuTTY: puttygen FILE -O private-openssh -o COPY, " +
			"then ssh-keygen -p -m PKCS8 -f COPY"
	case strings.HasPrefix(s, "\x30") && !utf8.Valid(text):
		return "; this looks like DER: openssl pkey -inform DER -in FILE writes PEM (-pubin for a public key)"
	case strings.Contains(s, `\n`) && strings.Contains(s, "-----BEGIN"):
		return "; its line breaks are written as \\n, write real ones"
	case strings.Contains(s, "-----BEGIN") && !strings.Contains(s, "\n"):
		return "; its line breaks are lost, write them again"
	}
	return ""
}
