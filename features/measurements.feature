@verdict:info
Feature: What a server does where the texts leave it a choice is measured
  RFC 9449 §8, §9 and §11.1 name neither the lifetime of a nonce nor how often one
  may be used, and make the memory of proofs optional in part. The numbers stand in
  the report. The time window of proofs is measured by the scenarios about time.

  @RFC9449-11.1-02 @at:userinfo @at:api
  Scenario: One proof serves one call
    Given a proof has been accepted
    When 3 more requests carry the same proof
    Then none of them is accepted

  @RFC9449-11.1-03 @at:token @at:par
  Scenario: One proof serves one request to the authorization server
    Given a proof has been accepted
    When 3 more requests carry the same proof
    Then none of them is accepted

  @RFC9449-11.1-10 @at:token @at:par @at:userinfo @at:api
  Scenario: One nonce serves many proofs
    Given the server requires a nonce
    And an honest proof is accepted
    When 5 proofs carry the same nonce
    Then each of them is accepted

  @RFC9449-11.3-01 @at:token @at:par @at:userinfo @at:api
  Scenario: A nonce does not live for ever
    Given the server requires a nonce
    And an honest proof is accepted
    When the lifetime of a nonce is measured
    Then it ends within a day

  @RFC9449-4.3-26 @RFC9449-4.3-27 @at:token @at:par @at:userinfo @at:api
  Scenario: What is advertised is what is accepted
    Given an honest proof is accepted
    When a proof of each algorithm is tried
    Then the accepted algorithms are the advertised ones
