@as
Feature: Introspection shows the binding
  RFC 9449 §6.2: a resource server that cannot read a token learns from
  introspection to which key it is bound. Introspection itself needs no proof.

  @RFC9449-6.2-01
  Scenario: A bound token is shown with its key
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    And the access token is introspected
    Then introspection says active with the binding to its key

  @RFC9449-6.2-02
  Scenario: A bound token is not called a Bearer token
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    And the access token is introspected
    Then introspection says no other token_type than DPoP

  @RFC9449-6.2-02 @verdict:warn
  Scenario: The type of a bound token is spelled as registered
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    And the access token is introspected
    Then introspection says token_type in no other spelling than DPoP

  @RFC9449-6.2-03
  Scenario: Introspection needs no proof
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    And the access token is introspected
    Then introspection says active

  @RFC9449-6.2-03
  Scenario: Introspection judges no proof
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    And the access token is introspected with a proof by another key
    Then introspection says active

  @RFC9449-6.2-04
  Scenario: Nothing is said of an inactive token
    When an unknown token is introspected
    Then introspection says inactive and nothing else

  @RFC9449-6.2-04
  Scenario: Nothing is said of a revoked token
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    And the access token is introspected
    And the client revokes the access token without a proof
    And the revoked access token is introspected
    Then introspection says inactive and nothing else

  @RFC7662-2.2-01
  Scenario: A token that was never issued is inactive
    When an unknown token is introspected
    Then introspection says inactive

  @RFC7662-2.2-01
  Scenario: A revoked token is inactive
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    And the access token is introspected
    And the client revokes the access token without a proof
    And the revoked access token is introspected
    Then introspection says inactive

  @RFC7662-2.2-01
  Scenario Outline: A token that is not good any more, or not as it was issued, is inactive
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    And the access token is introspected
    And <the token> is introspected
    Then introspection says inactive

    Examples:
      | the token                            |
      | the access token after its end       |
      | the access token with another ending |

  # RFC 9701 §5: token_introspection holds the members of the plain answer.
  @RFC9701-5-01
  Scenario Outline: A signed answer says of the binding what the plain one says
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    And the access token is introspected
    And the access token is introspected for a signed answer
    Then introspection says <what>

    Examples:
      | what                               |
      | active with the binding to its key |
      | no other token_type than DPoP      |

  @RFC9449-6.2-06
  Scenario: An unbound token is shown without a key
    Given the grant is "authorization_code"
    When the client asks for a token without a proof
    And the access token is introspected
    Then introspection says no binding

  @RFC9449-6.2-07 @verdict:info
  Scenario: The refresh token of a public client is shown with its key
    Given a public client
    And the client has logged in with a proof by its key
    When the refresh token is introspected
    Then introspection says the binding to its key

  @RFC7662-2-01
  Scenario: Introspection tells nothing to a stranger
    Given the grant is "authorization_code"
    When the client asks for a token with a proof by its key
    And the access token is introspected without credentials
    Then introspection says nothing to a stranger
