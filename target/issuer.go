package target

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/internal/wire"
)

// issuerPath is where the metadata of a credential issuer lie (§12.2.2).
const issuerPath = "/.well-known/openid-credential-issuer"

// issuerMetadataURLs are where the metadata of a credential issuer may lie: the
// specification puts the well-known part before the issuer's path, drafts put it behind.
func issuerMetadataURLs(issuer string) []string {
	issuer = strings.TrimSuffix(issuer, "/")
	scheme, rest, _ := strings.Cut(issuer, "://")
	host, path, found := strings.Cut(rest, "/")
	if !found {
		return []string{issuer + issuerPath}
	}
	return []string{scheme + "://" + host + issuerPath + "/" + path, issuer + issuerPath}
}

// openIssuance finds the endpoints of a credential issuer. It names no host but the
// issuer's: an endpoint elsewhere must be one that the configuration names.
func (s *Session) openIssuance(ctx context.Context, api *RealAPI) error {
	s.name(api.Issuance.Issuer)
	client := s.NewClient(nil, nil)
	defer client.Close()
	metadata, err := readIssuer(ctx, client, api.Issuance.Issuer)
	if err != nil {
		return err
	}
	endpoint, err := metadata.Text("credential_endpoint")
	if err != nil {
		return fmt.Errorf("the metadata of the credential issuer: %w", err)
	}
	if err := s.Reaches(endpoint); err != nil {
		return fmt.Errorf("the credential endpoint: %w", err)
	}
	value, _ := metadata.Get("credential_configurations_supported")
	known, err := dpop.ParseObject(value)
	if err == nil && !known.Has(api.Issuance.Configuration) {
		var names []string
		for _, m := range known {
			names = append(names, m.Name)
		}
		return fmt.Errorf("the credential issuer has no configuration %q; it has %s",
			api.Issuance.Configuration, wire.Brief(strings.Join(names, ", ")))
	}
	issuance := *api.Issuance
	issuance.Nonce, _ = metadata.Text("nonce_endpoint")
	api.URL, api.Method, api.Path, api.Issuance = endpoint, "POST", "", &issuance
	if api.Audience == "" {
		api.Audience = issuance.Issuer
	}
	return nil
}

func readIssuer(ctx context.Context, client *wire.Client, issuer string) (dpop.Object, error) {
	var problems []error
	for _, address := range issuerMetadataURLs(issuer) {
		e, err := client.Do(ctx, wire.Request{Method: "GET", URL: address, Fields: wire.Fields{
			{Name: "Accept", Value: "application/json"},
		}})
		if err == nil && e.Status != 200 {
			err = fmt.Errorf("status %d", e.Status)
		}
		var metadata dpop.Object
		if err == nil {
			metadata, err = dpop.ParseObject(e.Reply)
		}
		if err == nil {
			said, _ := metadata.Text("credential_issuer")
			if said == issuer { // also at its end
				return metadata, nil
			}
			err = fmt.Errorf("they name the issuer %q", wire.Brief(said))
		}
		problems = append(problems, fmt.Errorf("%s: %w", address, err))
	}
	return nil, fmt.Errorf("no usable metadata of the credential issuer: %w", errors.Join(problems...))
}
