package client

import (
	"github.com/dpopspec/dpopspec/dpop"
)

func readProof(text string) (header, claims dpop.Object, err error) {
	first, second, _, err := dpop.SplitCompact(text, dpop.DecodeSegment)
	if err != nil {
		return nil, nil, err
	}
	if header, err = dpop.ParseObject(first); err != nil {
		return nil, nil, err
	}
	claims, err = dpop.ParseObject(second)
	return header, claims, err
}
