package world

import "github.com/dpopspec/dpopspec/target"

// Metadata returns what the authorization server says of itself.
func (w *World) Metadata() (target.Metadata, error) {
	if !w.EmbeddedAS() {
		return w.Session.Metadata, nil
	}
	as, err := w.AS()
	if err != nil {
		return target.Metadata{}, err
	}
	if w.metadata == nil { // it does not change while the server runs
		metadata := target.ReadMetadata(as.Metadata())
		w.metadata = &metadata
	}
	return *w.metadata, nil
}

// AddressFor returns where a client finds an endpoint of the authorization server:
// clients with a certificate may have another address (RFC 8705 §5).
func (w *World) AddressFor(p Endpoint, client target.RegisteredClient) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	return addressIn(metadata.For(client), p)
}

// AddressOf returns where the authorization server says that it has an endpoint, for
// clients without a certificate. If it has none, the case is not applicable.
func (w *World) AddressOf(p Endpoint) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	return addressIn(metadata, p)
}

func addressIn(metadata target.Metadata, p Endpoint) (string, error) {
	address, err := p.Address(metadata)
	if err == nil && address == "" {
		err = NotApplicablef("the authorization server has no %s", p.Title)
	}
	return address, err
}
