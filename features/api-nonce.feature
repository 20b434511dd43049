@battery
Feature: An API that asks for nonces does so with a challenge, and always
  RFC 9449 §9: a resource server may demand that every proof holds a nonce that
  it handed out, and says so with status 401 and the error use_dpop_nonce.

  Background:
    Given the server requires a nonce
    And an honest proof is accepted

  @RFC9449-9-01 @at:api
  Scenario: An API asks for a nonce with a challenge of the DPoP scheme
    When the request carries a proof without nonce
    Then the answer is 401 with a DPoP challenge
    And the DPoP challenge carries the error "use_dpop_nonce"

  @RFC9449-7.1-03 @RFC9449-8-08 @at:api @aggressive
  Scenario: A request that is challenged for a nonce has had no effect
    Given a POST request with an honest proof is accepted
    When a POST request has a proof whose nonce is missing
    Then it is refused
    And nothing has been done

  @RFC9449-9-02 @RFC9449-11.3-01 @at:api @aggressive
  Scenario: A POST request needs a nonce as well
    When a POST request has a proof whose nonce is missing
    Then it is refused

  @RFC9449-9-02 @RFC9449-11.3-01 @at:api
  Scenario: A token that has once come with a nonce still needs one
    Given an honest proof is accepted
    When the request carries a proof without nonce
    Then it is refused
