package world_test

import (
	"errors"
	"testing"

	"github.com/dpopspec/dpopspec/steps/world"
	"github.com/dpopspec/dpopspec/target"
)

func TestHowAServerAnsweredIsThatOfTheAttemptWhichIsJudged(t *testing.T) {
	w := at(world.TokenEndpoint)
	if said, found := w.Judged(); found {
		t.Errorf("before any attempt: %+v", said)
	}
	judged := answered(400, `{"error":"invalid_dpop_proof","error_description":"no jti"}`)
	w.Begin(nil).End(judged, nil)
	w.Show("the attempt", judged)
	w.Show("what follows", answered(401, ``, `DPoP error="invalid_token", error_description="gone"`))
	want := world.Answered{Answer: world.Refused, Status: 400, Code: "invalid_dpop_proof", Words: "no jti"}
	if said, found := w.Judged(); !found || said != want {
		t.Errorf("got %+v", said)
	}
	want = world.Answered{Answer: world.Refused, Status: 401, Code: "invalid_token", Words: "gone"}
	if said, found := w.Newest(); !found || said != want {
		t.Errorf("the newest: got %+v", said)
	}
	w.Show("a token request at an API's scenario", judged)
	if said, _ := w.Newest(); said.Code != "invalid_dpop_proof" || said.Words != "no jti" {
		t.Errorf("a token error: got %+v", said)
	}
	w.Show("a demand for a nonce", answered(400, `{"error":"use_dpop_nonce"}`))
	if said, _ := w.Newest(); said.Answer != world.Challenged {
		t.Errorf("a demand for a nonce: got %+v", said)
	}
	broken := w.Begin(nil)
	broken.End(nil, errors.New("reset"))
	broken.BrokenDown = true
	if said, found := w.Judged(); !found || said != (world.Answered{Answer: world.Broken}) {
		t.Errorf("a breakdown: got %+v", said)
	}
	w.Subject = target.ClientRole // its servers are ours
	if _, found := w.Judged(); found {
		t.Error("an answer of ours is told of a client")
	}
	if _, found := w.Newest(); found {
		t.Error("the newest answer of ours is told of a client")
	}
}

func TestAReasonHasItsKindAndTheKeyThatWouldHelp(t *testing.T) {
	var skip *world.NotApplicable
	if err := world.Lackingf("apis", "no API %s", "b"); !errors.As(err, &skip) ||
		*skip != (world.NotApplicable{Reason: "no API b", Kind: "no API %s", Key: "apis"}) {
		t.Errorf("got %+v", skip)
	}
	var unsure *world.Inconclusive
	if err := world.Inconclusivef("%s", "it is 3"); !errors.As(err, &unsure) || unsure.Kind != "it is 3" {
		t.Errorf("a format that says nothing: got %+v", unsure)
	}
}
