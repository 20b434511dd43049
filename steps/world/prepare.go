package world

// Prepare makes a request that would succeed with an honest proof by the key
// of the given thumbprint. Each call makes a new one, so that no authorization
// code is used twice.
func (w *World) Prepare(thumbprint string) (*Probe, error) {
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	return w.PrepareAt(p, thumbprint)
}

// PrepareAt is Prepare for an endpoint that need not be the one under test.
func (w *World) PrepareAt(p Endpoint, thumbprint string) (*Probe, error) {
	probe, err := p.Probe(w, thumbprint)
	if err != nil {
		return nil, err
	}
	return w.ready(probe), nil
}

// PrepareTokenless is Prepare for a request that is to be sent without an access token.
func (w *World) PrepareTokenless(thumbprint string) (*Probe, error) {
	p, err := w.At()
	if err != nil {
		return nil, err
	}
	probe, err := p.tokenless(w, thumbprint)
	if err != nil {
		return nil, err
	}
	return w.ready(probe), nil
}

// PrepareAnother is Prepare for another URI of the same server; it also returns
// the endpoint that answers there.
func (w *World) PrepareAnother(thumbprint string) (*Probe, Endpoint, error) {
	p, err := w.At()
	if err != nil {
		return nil, Endpoint{}, err
	}
	probe, at, err := p.another(w, thumbprint)
	if err != nil {
		return nil, Endpoint{}, err
	}
	return w.ready(probe), at, nil
}

// ready moves a probe to where the scenario wants it, and gives it the
// newest nonce of its server.
func (w *World) ready(probe *Probe) *Probe {
	w.addressing.apply(probe)
	probe.Occasion.Nonce = w.Nonce(probe.Request.URL)
	return probe
}
