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

// AddressOf returns where the authorization server says that it has an endpoint. If
// it has none, the case is not applicable.
func (w *World) AddressOf(p Endpoint) (string, error) {
	metadata, err := w.Metadata()
	if err != nil {
		return "", err
	}
	address, err := p.Address(metadata)
	if err == nil && address == "" {
		err = NotApplicablef("the authorization server has no %s", p.Title)
	}
	return address, err
}
