package target

import (
	"errors"
	"fmt"
)

// Issuance makes an API the credential endpoint of an issuer (OpenID4VCI 1.0 §8): each
// request there asks for a credential, with a key proof of its own.
type Issuance struct {
	Issuer        string // Credential Issuer Identifier, which key proofs are for
	Configuration string // credential_configuration_id of the credential to ask for
	Nonce         string // nonce endpoint; empty: there is none, and key proofs hold no c_nonce
}

// issuanceSection is how a configuration names one.
type issuanceSection struct {
	Issuer        string `yaml:"issuer"`
	Configuration string `yaml:"configuration"`
}

func (i *issuanceSection) read() (*Issuance, error) {
	if i == nil {
		return nil, nil
	}
	if err := webURL(i.Issuer); err != nil {
		return nil, fmt.Errorf("credential.issuer: %w", err)
	}
	if i.Configuration == "" {
		return nil, errors.New("credential.configuration is missing: the name of a credential, " +
			"one of credential_configurations_supported of the issuer's metadata")
	}
	return &Issuance{Issuer: i.Issuer, Configuration: i.Configuration}, nil
}
