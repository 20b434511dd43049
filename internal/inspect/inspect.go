// Package inspect decodes and judges what people paste: a proof, an access
// token, a challenge, a key, a whole HTTP request or answer, a command line of
// curl, a HAR file.
package inspect

import (
	"fmt"

	"github.com/dpopspec/dpopspec/internal/pasted"
)

// Text finds out what a text is, decodes and judges it: one result for each message
// or document in it, in their order.
func Text(data []byte, c Context) (Results, error) {
	items, err := pasted.Items(data)
	if err != nil {
		return nil, fmt.Errorf("nothing to inspect: %w; give a proof, a token, a challenge, a key, "+
			"an HTTP request or answer, a curl command or a HAR file", err)
	}
	if both := together(items); both != nil {
		items = both
	}
	var results Results
	for _, item := range items {
		result, err := judged(item, c)
		if err != nil && len(items) == 1 {
			return nil, err
		}
		if err != nil {
			result = &Result{Kind: Unknown, Notes: []string{err.Error()}}
		}
		result.Name = item.Name
		result.Notes = append(result.Notes, item.Notes...)
		results = append(results, result)
	}
	return results, nil
}

func judged(item pasted.Item, c Context) (*Result, error) {
	switch item.Kind {
	case pasted.Request:
		return request(item, c)
	case pasted.Answer:
		return answer(item, c), nil
	}
	return text(item.Text, c)
}

// together makes a request of a proof and a token that stand beside each other in
// one text; nil if that is not what stands there.
func together(items []pasted.Item) []pasted.Item {
	if len(items) != 2 || items[0].Kind != pasted.Text || items[1].Kind != pasted.Text {
		return nil
	}
	first, second := withoutScheme(items[0].Text), withoutScheme(items[1].Text)
	switch {
	case isProof(second) && !isProof(first):
	case isProof(first) && !isProof(second):
		first, second = second, first
	default:
		return nil
	}
	item := pasted.Item{Kind: pasted.Request, Notes: items[0].Notes}
	item.Add("Authorization", "DPoP "+first)
	item.Add("DPoP", second)
	return []pasted.Item{item}
}
