@battery
Feature: What an API says of itself is true
  RFC 9728: a protected resource may publish which proofs it takes and whether
  it takes bound tokens alone.

  @RFC9728-2-01 @at:api
  Scenario: Metadata and challenge name the same algorithms
    Given an API that publishes metadata
    Then the metadata and the challenge list the same algorithms

  @RFC9728-2-01 @at:api
  Scenario: Every algorithm of the metadata is accepted
    Given an API that publishes metadata
    And an honest proof is accepted
    Then a proof with each algorithm of the metadata is accepted

  @RFC9728-2-02 @at:api
  Scenario: An API that says it takes bound tokens alone refuses others
    Given an API whose metadata demand bound tokens
    Then an unbound token is treated as the metadata says

  @RFC9728-2-03 @at:api
  Scenario: An API that does not say so takes unbound tokens
    Given an API whose metadata do not demand bound tokens
    Then an unbound token is treated as the metadata says
