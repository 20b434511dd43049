@battery
Feature: Opaque tokens are bound as JWTs are
  RFC 9449 §6.2: introspection tells the resource server the thumbprint of the
  key that an opaque token is bound to; checking it is the resource server's.

  Background:
    Given an API that takes opaque access tokens

  @RFC9449-6-01 @RFC9449-6.2-05 @at:api
  Scenario: A bound opaque token with a proof by its key is accepted
    When the request carries an honest proof
    Then it is accepted

  @RFC9449-6-02 @at:api
  Scenario: An opaque token that is bound to another key is refused
    Given an honest proof is accepted
    When a request has a proof by another key
    Then it is refused

  @RFC9449-7.1-03 @RFC9449-6-02 @at:api
  Scenario Outline: The proof beside an opaque token is checked in full
    Given an honest proof is accepted
    When the request carries a proof whose <part> is <value>
    Then it is refused

    Examples:
      | part      | value                      |
      | signature | tampered in its first byte |
      | htm       | another method             |
      | htu       | of another path            |
      | iat       | one hour old               |
      | ath       | missing                    |
      | ath       | of another token           |

  @RFC9449-6-01 @RFC9449-6-03 @at:api
  Scenario: An unbound opaque token with the DPoP scheme is refused
    Given an honest proof is accepted
    When an unbound access token is sent with the scheme DPoP
    Then it is refused

  @RFC9449-6.2-05 @at:api
  Scenario Outline: What introspection says of the binding decides
    Given an honest proof is accepted
    When introspection answers with <answer>
    And the request carries an honest proof
    Then it is refused

    Examples:
      | answer                        |
      | the thumbprint of another key |
      | no confirmation               |
      | an empty confirmation         |

  @RFC9449-6.2-05 @at:api
  Scenario: The confirmation counts, whatever the token type says
    Given an honest proof is accepted
    When introspection answers with the token type Bearer
    And the access token is sent as Bearer without a proof
    Then it is refused

  @RFC9449-3-01 @at:api
  Scenario Outline: What introspection says of the token decides
    Given an honest proof is accepted
    When introspection answers with <answer>
    And the request carries an honest proof
    Then it is refused

    Examples:
      | answer            |
      | an inactive token |
      | another audience  |

  @RFC9449-3-01 @at:api
  Scenario: A revoked token with a good proof is refused
    Given an honest proof is accepted
    When the request carries an access token that was revoked
    Then it is refused

  @RFC9449-4.3-77 @RFC9449-4.2-13 @at:api
  Scenario: A token of unusual characters is hashed as it stands
    When the request carries an access token that has characters that forms and URLs escape
    Then it is accepted
