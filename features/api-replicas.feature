@battery
Feature: The instances of an API remember proofs together
  RFC 9449 §11.1: a proof is good once. An API that runs as several instances
  behind one URL is one resource server: what one has taken, the others refuse.

  @RFC9449-11.1-02 @at:api
  Scenario: A proof that one instance has taken is refused by another
    Given an API that has a second instance
    And an honest proof is accepted
    When the second instance gets the very same request
    Then it is refused

  @RFC9449-11.1-02 @at:api
  Scenario: Another instance takes a proof of its own
    Given an API that has a second instance
    And an honest proof is accepted
    When the second instance gets a request with a proof of its own
    Then it is accepted

  @RFC9449-8-17 @at:api
  Scenario: A nonce that one instance gave is taken by another
    Given the server requires a nonce
    And an API that has a second instance
    And an honest proof is accepted
    When the second instance gets a proof with a nonce of the first
    Then it is accepted
