package api

import (
	"bytes"
	"fmt"
	"net/http"
	"slices"

	"github.com/dpopspec/dpopspec/dpop"
	"github.com/dpopspec/dpopspec/steps/vocabulary"
	"github.com/dpopspec/dpopspec/steps/world"
)

func servedSteps(v *vocabulary.Vocabulary) {
	g := vocabulary.For[Tester](v)
	g.Then(`^nothing is given away$`, (*Tester).nothingGivenAway,
		"Whatever the status, an embedded API must not have served or done anything; "+
			"the answer of a real one must not be that of an authorised request.",
		"Then nothing is given away")
	g.Then(`^nothing has been done$`, (*Tester).nothingDone,
		"No request of this case may have had a side effect, "+
			"apart from those that were accepted as positive controls.",
		"Then nothing has been done")
}

// nothingGivenAway judges answers such as those to HEAD and OPTIONS, where a
// success need not mean that the resource was served.
func (w *Tester) nothingGivenAway() error {
	e := w.Latest().Exchange
	if e == nil || !w.Controlled() {
		return wrongOrder(`"Given an honest proof is accepted" and a When step before this one`)
	}
	p, err := w.At()
	if err != nil {
		return err
	}
	if e.Status == http.StatusNotModified { // it tells what the resource is like (RFC 9110 §15.4.5)
		return w.Expect(false, "no word of the resource", p.Describe(e, nil))
	}
	if w.Recorder(e.URL) != nil && w.AtAPI() {
		return w.nothingServed()
	}
	// Where something public may be, as an application's page at any path, only the
	// resource itself is too much.
	if e.Method == "OPTIONS" || w.resourceState.elsewhere {
		actual := fmt.Sprintf("status %d, and nothing of what an authorised request gets", e.Status)
		if e.Status/100 == 2 && resembles(e.Reply, w.honestReply()) {
			actual = "an answer such as an authorised request gets"
			return w.Expect(false, "no resource in the answer", actual)
		}
		return w.Expect(true, "no resource in the answer", actual)
	}
	answer, _ := p.Classify(e)
	return w.Expect(answer != world.Accepted, "the request not to be served", p.Describe(e, nil))
}

// resembles reports whether two answers tell of the same resource: they are the same,
// or objects with the same members, for values such as times differ.
func resembles(answer, honest []byte) bool {
	if len(answer) == 0 || bytes.Equal(answer, honest) {
		return len(answer) > 0
	}
	one, err := dpop.ParseObject(answer)
	if err != nil {
		return false
	}
	other, err := dpop.ParseObject(honest)
	return err == nil && len(one) > 0 && slices.Equal(memberNames(one), memberNames(other))
}

func memberNames(o dpop.Object) (names []string) {
	for _, m := range o {
		names = append(names, m.Name)
	}
	slices.Sort(names)
	return names
}

func (w *Tester) nothingServed() error {
	e := w.Latest().Exchange
	for _, fact := range []string{"served", "side-effect"} {
		if value, found := e.Fact(fact); found {
			return w.Expect(false, "nothing to be served or done", fact+": "+value)
		}
	}
	return w.Expect(true, "nothing to be served or done", fmt.Sprintf("status %d, nothing served", e.Status))
}

// honestReply is the body of the newest accepted answer before the attempt.
func (w *Tester) honestReply() []byte {
	latest := w.Latest().Exchange
	for i := len(w.Shown) - 1; i >= 0; i-- {
		e := w.Shown[i].Exchange
		if e != latest && e.Status/100 == 2 && world.OriginOf(e.URL) == world.OriginOf(latest.URL) {
			return e.Reply
		}
	}
	return nil
}

func (w *Tester) nothingDone() error {
	if !w.EmbeddedAPI() {
		return w.IsRefused() // what a real API has done cannot be seen from here
	}
	api, err := w.API(world.DefaultAPI)
	if err != nil {
		return err
	}
	granted := 0
	for _, e := range api.HTTP.Exchanges() {
		if _, done := e.Fact("side-effect"); done && e.Status/100 == 2 {
			granted++
		}
	}
	if err := w.IsRefused(); err != nil {
		return err
	}
	return w.Expect(api.Effects() == granted, fmt.Sprintf("%d side effects, one for each accepted request", granted),
		fmt.Sprint(api.Effects()))
}
