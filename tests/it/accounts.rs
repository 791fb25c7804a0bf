//! Signing in, roles, forgery, passwords.

use reqwest::Method;
use serde_json::json;

use crate::harness::{PASSWORD, TestApp, run};

#[test]
fn the_first_visit_makes_the_only_first_administrator() {
    run(async {
        let test = TestApp::start().await;
        assert_eq!(test.anonymous().get("/api/session").await["setup_needed"], true);
        let admin = test.admin().await;
        assert_eq!(admin.get("/api/session").await["user"]["is_admin"], true);
        let again = json!({ "login": "x", "name": "x", "password": PASSWORD });
        assert_eq!(test.anonymous().refused(Method::POST, "/api/setup", Some(again)).await, (409, "already_set_up".into()));
        let users = admin.get("/api/users").await;
        assert!(users["items"][0]["last_seen_at"].is_string(), "who has just signed in was seen: {users}");
    });
}

#[test]
fn wrong_passwords_are_refused_and_then_slowed_down() {
    run(async {
        let test = TestApp::start().await;
        test.admin().await;
        let wrong = json!({ "login": "admin", "password": "not this one" });
        for _ in 0..10 {
            assert_eq!(test.anonymous().refused(Method::POST, "/api/session", Some(wrong.clone())).await.0, 401);
        }
        let right = json!({ "login": "admin", "password": PASSWORD });
        assert_eq!(test.anonymous().refused(Method::POST, "/api/session", Some(right.clone())).await.0, 429);
        test.clock.advance(16 * 60 * 1000);
        test.sign_in("admin").await;
    });
}

#[test]
fn a_request_without_the_token_or_from_another_site_changes_nothing() {
    run(async {
        let test = TestApp::start().await;
        let admin = test.admin().await;
        let mut forged = admin.clone();
        forged.signed_in(&json!({ "csrf": "guessed", "user": { "id": "" } }));
        assert_eq!(forged.refused(Method::PATCH, "/api/me", Some(json!({ "name": "x" }))).await, (403, "csrf".into()));
        let foreign = reqwest::Client::new().post(format!("{}/api/session", test.url)).header("Sec-Fetch-Site", "cross-site");
        let response = foreign.json(&json!({ "login": "admin", "password": PASSWORD })).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 403);
        let foreign = reqwest::Client::new().post(format!("{}/api/session", test.url)).header("Origin", "https://elsewhere.example");
        let response = foreign.json(&json!({ "login": "admin", "password": PASSWORD })).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 403);
        assert_eq!(admin.get("/api/session").await["user"]["name"], "管理者");
    });
}

#[test]
fn a_changed_password_ends_the_other_sessions() {
    run(async {
        let test = TestApp::start().await;
        let here = test.admin().await;
        let there = test.sign_in("admin").await;
        here.post("/api/me/password", json!({ "current": PASSWORD, "new": "another long password" })).await;
        assert!(here.get("/api/session").await["user"].is_object());
        assert!(there.get("/api/session").await["user"].is_null());
    });
}

#[test]
fn a_session_ends_with_disuse_and_with_signing_out() {
    run(async {
        let test = TestApp::start().await;
        let admin = test.admin().await;
        test.clock.advance(13 * 24 * 3600 * 1000);
        assert!(admin.get("/api/session").await["user"].is_object(), "use keeps it alive");
        test.clock.advance(13 * 24 * 3600 * 1000);
        assert!(admin.get("/api/session").await["user"].is_object());
        test.clock.advance(15 * 24 * 3600 * 1000);
        assert!(admin.get("/api/session").await["user"].is_null());
        let again = test.sign_in("admin").await;
        again.delete("/api/session").await;
        assert!(again.get("/api/session").await["user"].is_null());
    });
}

#[test]
fn an_invitation_is_good_for_one_person_and_a_while() {
    run(async {
        let test = TestApp::start().await;
        let lead = test.admin().await;
        let review = lead.review().await;
        let invited = lead.post(&format!("{review}/invitations"), json!({ "role": "reviewer", "note": "佐藤さん" })).await;
        let url = invited["items"][0]["url"].as_str().unwrap().replace("/join/", "/api/invitations/");
        let join = json!({ "login": "sato", "name": "佐藤", "password": PASSWORD, "locale": "ja" });
        let mut sato = test.anonymous();
        assert_eq!(sato.get(&url).await["role"], "reviewer");
        let session = sato.post(&url, join.clone()).await;
        sato.signed_in(&session);
        assert_eq!(sato.get(&review).await["my_role"], "reviewer");
        assert_eq!(test.anonymous().refused(Method::POST, &url, Some(join)).await.0, 404);
        let late = lead.post(&format!("{review}/invitations"), json!({ "role": "observer" })).await;
        let url = late["items"][0]["url"].as_str().unwrap().replace("/join/", "/api/invitations/");
        test.clock.advance(15 * 24 * 3600 * 1000);
        assert_eq!(test.anonymous().refused(Method::GET, &url, None).await.0, 404);
    });
}

/// Whoever is in the review keeps their role, above all its only lead, and the invitation waits for whom it was made.
#[test]
fn an_invitation_changes_no_members_role() {
    run(async {
        let test = TestApp::start().await;
        let lead = test.admin().await;
        let review = lead.review().await;
        let invited = lead.post(&format!("{review}/invitations"), json!({ "role": "observer" })).await;
        let url = invited["items"][0]["url"].as_str().unwrap().replace("/join/", "/api/invitations/");
        assert_eq!(lead.refused(Method::POST, &url, Some(json!({}))).await, (409, "already_member".into()));
        assert_eq!(lead.get(&review).await["my_role"], "lead");
        let other = test.user(&lead, "other").await;
        other.post(&url, json!({})).await;
        assert_eq!(other.get(&review).await["my_role"], "observer");
    });
}

#[test]
fn a_refusal_speaks_the_readers_language() {
    run(async {
        let test = TestApp::start().await;
        let admin = test.admin().await;
        let body = Some(json!({ "current": "x", "new": "y" }));
        let (_, english) = admin.send(Method::POST, "/api/me/password", body.clone()).await;
        admin.patch("/api/me", json!({ "locale": "ja" })).await;
        let (_, japanese) = admin.send(Method::POST, "/api/me/password", body).await;
        assert_eq!(english["message"], "The login or the password is wrong.");
        assert_eq!(japanese["message"], "ログイン名またはパスワードが違います。");
    });
}
